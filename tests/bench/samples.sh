# SPDX-License-Identifier: GPL-3.0-or-later
# Photos and a film to measure with, in the present folder. Sourced by what measures; $photos and $film_mib say how much.

make_photos() {
  local sizes=(2048x1536 2592x1944 3264x2448 4000x3000) i picture
  mkdir photos pictures
  for i in 0 1 2 3; do
    convert -seed "$i" -size "${sizes[i]}" plasma:tan-steelblue -attenuate 0.3 +noise gaussian -sampling-factor 4:2:0 -quality 90 "pictures/$i.jpg"
    convert "pictures/$i.jpg" -resize 160x120 "pictures/$i.thumb.jpg"
    exiftool -q -overwrite_original -Make=Camera -Model=Model -SerialNumber=4200042 -LensModel=Lens -DateTimeOriginal='2026:05:01 10:12:00' \
      -GPSLatitude=53.9 -GPSLatitudeRef=N -GPSLongitude=27.56 -GPSLongitudeRef=E -XMP-dc:Creator=somebody \
      "-ThumbnailImage<=pictures/$i.thumb.jpg" "pictures/$i.jpg"
  done
  for i in $(seq "$photos"); do
    picture=pictures/$((i % 4)).jpg
    cp "$picture" "photos/$i.jpg"
    exiv2 -M"set Exif.Photo.ImageUniqueID Ascii number-$i" "photos/$i.jpg"  # no two files are the same
  done
}

# Ten seconds of noise and sound, then as often as the size needs.
make_film() {
  ffmpeg -v error -f lavfi -i "testsrc2=size=1920x1080:rate=30,noise=alls=20:allf=t" -f lavfi -i "sine=frequency=440" -t 10 \
    -c:v libx264 -preset ultrafast -qp 36 -pix_fmt yuv420p -c:a aac -metadata title=secret -metadata location=+53.9000+027.5600/ piece.mp4
  local piece; piece=$(stat -c %s piece.mp4)
  ffmpeg -v error -stream_loop $((film_mib * 1048576 / piece)) -i piece.mp4 -c copy -map_metadata 0 film.mp4
  rm piece.mp4
}
